# The service is gone, but not from the file.
# hint: not-in-file
# step: prune
docker service rm todo_banner
