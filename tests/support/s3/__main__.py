"""The simulated store's process: writes its port, serves until its input ends.

python -m tests.support.s3
"""

import os
import sys
import threading

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.support.s3.front import Front


def main() -> None:
    moto = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        "127.0.0.1", 0, Front(moto), threaded=True, request_handler=MotoRequestHandler
    )
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # ends with whoever started it, however that ends
    os._exit(0)


if __name__ == "__main__":
    main()
