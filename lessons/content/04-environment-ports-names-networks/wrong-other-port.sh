# The second one is on a port that nobody asked for.
# hint: not-second
# step: second
WEB_PORT=8051 docker compose -p second up -d
echo 8050
