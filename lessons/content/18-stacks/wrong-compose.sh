# The program for one host.
# hint: with-compose
# step: deploy
docker compose -f stack.yaml up -d
