"""From the bytes on the wire to exchanges: TLS, HTTP/1, HTTP/2, WebSocket."""
