# It still sleeps for 20 seconds.
# hint: still-sleeps
# step: pauses
STATUS=3 docker compose up -d always
wait 15s
