# The program fails already.
# hint: other-status
# step: well
STATUS=1 docker compose up -d
wait 30s
