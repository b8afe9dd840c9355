# The health check is at the wrong depth.
# hint: invalid
# step: wait-for-health
cat >> compose.yaml <<'END'
  healthcheck:
    test: nc -z localhost 5432
    interval: 5s
END
