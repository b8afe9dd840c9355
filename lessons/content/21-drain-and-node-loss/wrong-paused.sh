# Nothing new, but the old stays.
# hint: paused
# step: drain
docker node update --availability pause swarm-moe
wait 15s
