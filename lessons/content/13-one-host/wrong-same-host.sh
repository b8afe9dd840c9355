# The copy lies on the host it is meant for.
# hint: same-host
# step: backup
ssh alpha 'docker exec todo-db-1 cat /var/lib/todo/rows > backup'
