"""From a directory of captured material to a sealed evidence bag.

The story, file by file, in the order in which the main path meets them:

1. `keys`: the instance's Ed25519 key, made at its first use and kept for its owner alone.
2. `bag`: the tag files and manifests that bind every byte below `data/` (BagIt 1.0).
3. `statement`: the one small file that says what was captured and when, and its signature.
4. `sealing`: **start here.** `seal_bag` takes the steps above in order.
5. `timestamp`: asks an authority for a time, and believes its answer only after ten checks.
   `tsp` and `token` read the answer's bytes (by the one rule of `der`), `certificates` judges who
   signed it, `signature` the signature.
6. `authorities`: asks several at once; one that fails, lies or is slow does not spoil the others.
7. `revocation`: asks for the revocation lists of an authority's certificates, and keeps those that
   `crls` finds sound.
8. `stamps`: puts what was granted into the bag, all of it or nothing.

`durable` (what survives a power cut) and `errors` (everything that can go wrong) serve them all.

The rules are those of `docs/evidence-format.md`. Nothing here opens a connection: whoever calls
brings the transport. Nothing here verifies a finished bag either; that is `verify`'s work, and it
shares no code with this package, so that one mistake cannot hide in both.
"""
