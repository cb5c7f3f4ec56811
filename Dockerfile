# ConvScope in one image: the page, the REST interface and every network's weights. The image runs without a network.
#
#   docker build -t convscope .                                  PyTorch from PyPI (on x86-64 with CUDA: large)
#   docker build -t convscope --build-arg TORCH_INDEX_URL=… .    PyTorch from another index, such as that of the CPU builds
#   scripts/container build                                      the same without a Docker engine
#
# See docs/containers.md. Building needs BuildKit or buildah 1.28.

# Any Debian-based image whose `python3` is 3.11 or newer and has `venv`.
ARG BASE_IMAGE=python:3.11-slim-bookworm

# Wheels that pip may use in addition to its index; empty unless `--build-context wheels=FOLDER` is given.
FROM scratch AS wheels

FROM ${BASE_IMAGE} AS builder
# pip reads the first two from the environment: an index other than PyPI, or no index at all, only the wheels.
ARG PIP_INDEX_URL=
ARG PIP_NO_INDEX=
ARG TORCH_INDEX_URL=
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PIP_FIND_LINKS=/wheels
WORKDIR /build

# pip has its own environment, outside the one that it fills, so it is not in the image.
RUN python3 -m venv /build/tools && python3 -m venv --without-pip /opt/convscope

# Install the dependencies before the project, so that a change of code does not download PyTorch again.
COPY pyproject.toml constraints.txt ./
# A network that inspects its traffic uses its own certificate; trust it with `--secret id=ca,src=FILE`.
RUN --mount=type=bind,from=wheels,target=/wheels --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi \
    && pip="/build/tools/bin/pip --python /opt/convscope/bin/python" \
    && python3 -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > needs.txt \
    # Only torch itself comes from the other index; its dependencies come from PyPI, under the constraints.
    && if [ -n "$TORCH_INDEX_URL" ]; then \
        $pip install --no-deps --index-url "$TORCH_INDEX_URL" --constraint constraints.txt torch; fi \
    && $pip install --constraint constraints.txt --requirement needs.txt \
    # Remove PyTorch's headers and test programs, which only compiling against it needs, and its dependencies' tests.
    && cd /opt/convscope/lib/python3*/site-packages && rm -rf torch/include torch/test \
    && find numpy sympy networkx -type d -name tests -prune -exec rm -rf {} +

COPY README.md LICENSE ./
COPY app app
COPY model model
COPY static static
COPY templates templates
RUN --mount=type=bind,from=wheels,target=/wheels --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi \
    && /build/tools/bin/pip wheel --no-deps --wheel-dir dist . \
    && /build/tools/bin/pip --python /opt/convscope/bin/python install --no-deps dist/*.whl


FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ConvScope" \
      org.opencontainers.image.description="See, touch and check by hand every number between a picture and a CNN's prediction." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin convscope \
    && install -d -o convscope -g convscope -m 0750 /data

COPY --from=builder /opt/convscope /opt/convscope

ENV PATH=/opt/convscope/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    CONVSCOPE_HOST=0.0.0.0 \
    PORT=8000 \
    CONVSCOPE_DATA_DIR=/data

USER 10001:10001
# The server writes only uploads. If the root file system is read-only and has no writable /tmp, Python puts its temporary
# files in the working folder.
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM

# http.client ignores proxy variables, which must not apply to this address.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]

CMD ["convscope", "serve"]
