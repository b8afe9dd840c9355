# The old file is used once more.
# hint: not-noticed
# step: colleague
wait 10s
docker compose up -d
