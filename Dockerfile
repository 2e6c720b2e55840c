# The production image: the program and its libraries, without the embedded database and the mailbox.
FROM python:3.11-slim-bookworm AS build

RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore 'uv>=0.9'
ENV UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_NO_CACHE=1
WORKDIR /app

# The libraries change less often than the program: a layer of their own.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project

COPY migrations ./migrations
COPY src ./src
RUN uv sync --frozen --no-dev


FROM python:3.11-slim-bookworm

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin ticketdesk \
    && install -d -o ticketdesk -g ticketdesk -m 0700 /var/lib/ticketdesk
COPY --from=build /app /app

ENV PATH="/app/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    TICKETDESK_ENV=production \
    TICKETDESK_DATA_DIR=/var/lib/ticketdesk
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/ticketdesk
VOLUME /var/lib/ticketdesk
EXPOSE 8000

# Ready means that it can serve: the database answers and has the schema.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["ticketdesk"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
