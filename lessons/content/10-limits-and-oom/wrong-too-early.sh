# Looked while the report still runs.
# hint: too-early
# step: look
docker inspect -f '{{.State.ExitCode}} {{.State.OOMKilled}}' todo-report-1 > found
