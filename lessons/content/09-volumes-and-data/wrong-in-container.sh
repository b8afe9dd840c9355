# The copy is thrown away with the container.
# hint: nowhere
# step: backup
docker run --rm -v todo_data:/data busybox cp -r /data /backup
