"""`make bench-service`: what the service costs beside the work itself.

(a) `throughput`: captures a minute, submission to sealed, by N worker processes, against N
    processes that run the bare pipeline on the same pages. They take turns; who does not measure is
    stopped (SIGSTOP) meanwhile.
(b) `latency`: how long a submission of one address takes to be answered, whatever the queue holds.
(c) `memory`: what web server and workers hold over many captures.
"""
