# hint: too-early
# step: deploy
docker stack deploy -c stack.yaml todo && docker service scale -d todo_web=0
