# The servers run when the engine goes down.
# hint: not-stopped
# step: by-hand
docker compose -f servers.yaml up -d
sudo service docker restart
