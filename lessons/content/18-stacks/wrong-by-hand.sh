# Scaled, and the file left as it was.
# hint: by-hand
# step: grow
docker service scale -d todo_web=3
