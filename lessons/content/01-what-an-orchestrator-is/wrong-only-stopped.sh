# The container is stopped, not deleted; the script starts it.
# hint: not-deleted
# step: delete
docker stop web-2
wait 10s
