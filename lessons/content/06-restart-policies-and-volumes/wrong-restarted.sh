# The database is restarted, not deleted.
# hint: only-restarted
# step: delete
docker compose restart db
