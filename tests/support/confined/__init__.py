"""A process shut in as a container of the compose file would be, without a container engine.

`plan` reads from a service of docker-compose.yml what it may see and do: its user, its read-only
root, the folders that it can write, its secrets, its system call filter. `__main__` starts a
command like that, by bubblewrap: namespaces of users, processes, mounts and host names, no
capability, no new privileges, the filter of deploy/ (`filter`).

What is not the same: the files of the system are this machine's and not the image's, the network is
this machine's loopback, and no limits of memory and processors are set.
"""

from tests.support.confined.plan import Plan, plan

__all__ = ["Plan", "plan"]
