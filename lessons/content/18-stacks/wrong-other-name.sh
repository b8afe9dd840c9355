# hint: other-name
# step: deploy
docker stack deploy -c stack.yaml list
