# One image for every process of the service; which one it is, the command says (docker-compose.yml).
# The base image is pinned by version; add its digest where your registry shows it to you.
FROM debian:12.15-slim AS base

# The viewer for replay, from its lock file. Only the files that are served are kept.
FROM base AS viewer
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /viewer
COPY service/web/assets/package.json service/web/assets/package-lock.json service/web/assets/NOTICE.txt ./
RUN npm ci --omit=dev --ignore-scripts --loglevel=error \
 && install -D --mode=644 --target-directory=dist \
    node_modules/replaywebpage/ui.js node_modules/replaywebpage/sw.js \
    node_modules/replaywebpage/LICENSE NOTICE.txt

# Python's packages, from their lock file, each checked against its digest there.
FROM base AS packages
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* \
 && python3 -m venv /uv \
 && /uv/bin/pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY verify verify
RUN /uv/bin/uv sync --frozen --no-dev --no-cache --compile-bytecode --no-install-project
COPY capture capture
COPY seal seal
COPY service service
COPY workers workers
COPY cli cli
RUN /uv/bin/uv sync --frozen --no-dev --no-cache --compile-bytecode \
 && python3 -m compileall -q capture seal service verify workers cli

# What runs: Chromium with fonts for the scripts of the world, Python, the packages, our code.
FROM base
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    ca-certificates chromium fonts-liberation fonts-noto-cjk \
    fonts-noto-color-emoji fonts-noto-core libatomic1 python3 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 holdfast \
 && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin holdfast \
 && install -d -o 10001 -g 10001 -m 0700 /data /evidence /evidence/bags
COPY --from=packages /app /app
COPY --from=viewer /viewer/dist /app/service/web/assets/dist/replay
ARG HOLDFAST_COMMIT=
ENV PATH=/app/.venv/bin:/usr/bin:/bin \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOLDFAST_CHROMIUM=/usr/bin/chromium \
    HOLDFAST_COMMIT=$HOLDFAST_COMMIT \
    HOLDFAST_DATA=/data
WORKDIR /tmp
USER 10001:10001
CMD ["holdfast", "--help"]
