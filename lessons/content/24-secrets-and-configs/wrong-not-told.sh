# The file is there, and nobody reads it.
# hint: does-not-run
# step: use
docker service update -d --env-rm POSTGRES_PASSWORD --secret-add db_password db
wait 20s
