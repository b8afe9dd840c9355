# hint: no-rollback
# step: careful
docker service update -q --update-order start-first web
