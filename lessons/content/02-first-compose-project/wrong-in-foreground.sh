# The project runs in the foreground and ends with the command.
# hint: in-foreground
# step: start
timeout 20 docker compose up
