# hint: still-in-env
# step: use
docker service update -q --secret-add db_password db
