# The container is restarted, not made anew.
# hint: not-recreated
# step: recreate
docker compose restart db
