# The container is removed instead of stopped.
# hint: removed
# step: stop-one
docker compose rm --stop --force web
