# Everything is taken down.
# hint: nobody-serves
# step: merge
wait 40s
ssh alpha 'cd todo && docker compose down'
ssh beta 'cd todo && docker compose down'
