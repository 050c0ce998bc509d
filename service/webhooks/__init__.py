"""Who wants to be told what became of a case's captures.

`events` queues a message in the transaction of what it tells of; `delivering` hands out waiting
messages, one lease each; `signing` and `secret` make them provably ours; `managing` is what owners
do. The sending itself is in `workers.webhooks`, through the same guarded way out as every capture.
"""
