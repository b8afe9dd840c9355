# The copy is taken from the host that serves nothing any more.
# hint: incomplete
# step: backup
ssh alpha docker exec todo-db-1 cat /var/lib/todo/VERSION > backup
