# The file was not changed.
# hint: file-not-changed
# step: edit
docker compose up -d
