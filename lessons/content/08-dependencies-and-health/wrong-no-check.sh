# The file is left as it is.
# hint: no-check
# step: wait-for-health
docker compose up -d
