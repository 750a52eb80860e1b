# How a configuration went over time.

insights-days = { $count } days
insights-none = Nothing to tell of these days.
insights-numbers = The numbers
insights-day = Day (UTC)
insights-fresh = It is up to date: everything that happened in the source was looked at.
insights-behind = { $count ->
        [one] One change of the source was
       *[other] { $count } changes of the source were
    } not looked at yet, the oldest since { $time }.
insights-people = In step
insights-people-text = Who of the source has somebody in the target, at the end of each day.
insights-people-line = people
insights-groups-line = groups
insights-changes = Changes
insights-changes-text = What was done in the target, by the day.
insights-failures = Failures
insights-failures-text = How often somebody could not go on, by reason. Whoever is tried again counts again.
insights-delay = Delay
insights-delay-text = How old the oldest change was that a cycle took over, in seconds.
insights-delay-mean = on average
insights-delay-longest = at the longest
insights-others = others
