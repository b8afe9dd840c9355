# hint: fewer
# step: update
docker service update -q --update-failure-action rollback shop_web
