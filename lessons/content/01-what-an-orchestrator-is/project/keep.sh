# Keeps two web servers running.
while true; do
  for name in web-1 web-2; do
    running=$(docker inspect --format '{{.State.Running}}' $name)
    if [ "$running" != true ]; then
      echo "$name is down: starting it"
      docker start $name
    fi
  done
  sleep 5
done
