# syntax=docker/dockerfile:1
# One image for every role; the command says which: web, worker --queues cpu, sweep, upgrade.
#
#   docker build --tag praxis .
#   docker build --tag praxis:cuda --build-arg VARIANT=cuda .
#
# The variants differ in their base. cuda adds the CUDA runtime libraries that GPU models load; the driver comes from
# the host. Both have the Python of their distribution's slim or base image, and Praxis needs 3.11 or later.

ARG VARIANT=cpu

# --- What each variant stands on -------------------------------------------------------------------------------------

FROM python:3.11-slim-bookworm AS base-cpu

FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04 AS base-cuda
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

FROM base-${VARIANT} AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PATH=/opt/venv/bin:$PATH

# --- Python packages, built where the tools for it may stay ----------------------------------------------------------

FROM base AS packages
ARG VARIANT
COPY requirements.txt /tmp/requirements.txt
# The full XGBoost trains on a GPU, and brings hundreds of megabytes that a processor has no use for.
RUN if [ "$VARIANT" = cuda ]; then sed -i 's/^xgboost-cpu==/xgboost==/' /tmp/requirements.txt; fi
# PyTorch of the package index brings gigabytes of CUDA; its own index has a build without, which pip then prefers.
RUN if [ "$VARIANT" = cpu ]; then index="--extra-index-url https://download.pytorch.org/whl/cpu"; fi \
    && python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check ${index:-} \
        --requirement /tmp/requirements.txt

# --- The image -------------------------------------------------------------------------------------------------------

FROM base AS praxis
# LightGBM computes in parallel by the system's OpenMP.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
LABEL org.opencontainers.image.title="Praxis" \
      org.opencontainers.image.description="A data-science workbench in the browser"

# A fixed number, so that a volume keeps its owner across images; 10001 is no user of the base images. New named
# volumes at /data and /artifacts take over the owner of these folders.
RUN groupadd --gid 10001 praxis \
    && useradd --uid 10001 --gid praxis --no-create-home --home-dir /data --shell /usr/sbin/nologin praxis \
    && install --directory --owner praxis --group praxis --mode 0750 /data /artifacts

COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/praxis
COPY .streamlit .streamlit
COPY core core
COPY models models
COPY evaluation evaluation
COPY storage storage
COPY workers workers
COPY app app
COPY pages pages
# The handbook is made of them.
COPY README.md ./
COPY docs docs
# The code belongs to root and the service cannot change it; only the home is its own.
RUN python3 -m compileall -q app core evaluation models pages storage workers

ENV PRAXIS_HOME=/data \
    PRAXIS_HOST=0.0.0.0 \
    PRAXIS_PORT=8501
VOLUME /data
EXPOSE 8501
USER praxis

# For the web role; docker-compose.yml replaces or disables it for the others.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/api/v1/health/live', timeout=4)"]

# Start it with an init (docker run --init, init: true): a worker is not meant to adopt orphaned processes as number 1.
ENTRYPOINT ["python3", "-m", "app"]
CMD ["serve"]
