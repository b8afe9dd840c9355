# Nobody waits until it hangs.
# hint: not-seen
# step: hang
docker compose -f compose-watched.yaml up -d
wait 6s
