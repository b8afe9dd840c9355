# The health check is there, and nobody waits for it.
# hint: no-condition
# step: wait-for-health
cat >> compose.yaml <<'END'
    healthcheck:
      test: nc -z localhost 5432
      interval: 5s
      retries: 3
      start_period: 60s
END
docker compose up -d
