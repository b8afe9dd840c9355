# hint: stop-first
# step: careful
docker service update -q --update-failure-action rollback web
