# shellcheck shell=bash
# shellcheck disable=SC2154  # the variables of tests/gateway-real/house.sh
# git over HTTP, whose first request wakes the service. Sourced.

part_git() {
    local url clone=$work/clone again=$work/again seen
    stack_up git '[/opt/serve-git]' 'idle-timeout: 5s'
    url=http://$name.localhost:${gateway##*:}/git/project.git
    git clone --quiet "$url" "$clone" 2>"$work/git.log" || failed "git clone from a service that sleeps" "a clone" "$(<"$work/git.log")"
    seen=$(git -C "$clone" rev-list --count HEAD)
    same "changes in the clone" 5 "$seen"
    seen=$(git -C "$clone" fsck --full --strict 2>&1) || failed "git fsck of the clone" "nothing to complain about" "$seen"
    passed "git clone wakes the service and gets all 5 changes; fsck finds nothing"

    # Larger than what git sends in one piece, so that it is sent in chunks after a first try without content.
    head -c 3000000 /dev/urandom >"$clone/pushed"
    git -C "$clone" add pushed
    git -C "$clone" -c user.name=Test -c user.email=test@example.org commit --quiet --message pushed
    falls_asleep
    git -C "$clone" push --quiet origin main 2>"$work/git.log" || failed "git push to a service that sleeps" "it is taken" "$(<"$work/git.log")"
    seen=$(docker exec --user www-data "$name-web-1" git -C /srv/git/project.git fsck --full --strict 2>&1) ||
        failed "git fsck where it was pushed to" "nothing to complain about" "$seen"
    git clone --quiet "$url" "$again"
    same "the newest change after the push" "$(git -C "$clone" rev-parse HEAD)" "$(git -C "$again" rev-parse HEAD)"
    same "the pushed file" "$(sha256sum <"$clone/pushed")" "$(sha256sum <"$again/pushed")"
    passed "git push of 3 MB wakes the service and loses nothing; fsck finds nothing on either side"
}
