using System.Globalization;
using Microsoft.Playwright;
using Serverless.Fleet;
using Serverless.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Dashboard.Pages;

internal sealed class OverviewPage(Window window, string app) : Window(window)
{
    // Devices are told apart by a hash that has 4,096 places for them, and two in one place are one: of 40, more than three are missed once in 20,000 runs.
    private const int MostMissed = 3;

    private ILocator Versions => Page.GetByRole(AriaRole.Region, new() { Name = "Versions in use today" });

    /// <param name="range"><c>hour</c>, <c>day</c> or <c>month</c>.</param>
    public Task GoAsync(string range) => GoAsync($"/apps/{app}?range={range}", app);

    /// <summary>Each of its numbers is what the devices know that they did, all of it today. The fleet must rest, and have downloaded file by file.</summary>
    public async Task ShowsAsync(DeviceFleet fleet)
    {
        await GoAsync("month");
        var (good, failed) = (Verdicts(fleet, isGood: true), Verdicts(fleet, isGood: false));
        var downloads = fleet.Devices.SelectMany(device => device.Downloads, (device, version) => (Version: version.Key, Count: version.Value, Size: device.Sizes[version.Key])).ToArray();
        var (rate, checks, ended) = (Percent((double)good / (good + failed)), Whole(fleet.Turns.Count), Whole(downloads.Sum(download => download.Count)));
        await Expect(Note("Success rate")).ToHaveTextAsync($"{good} good, {failed} failed in a day");
        await Expect(Figure("Success rate")).ToHaveTextAsync(rate);
        await Expect(Note("Checks per minute")).ToHaveTextAsync($"{checks} in the last hour");
        await Expect(Note("Downloads per minute")).ToHaveTextAsync($"{ended} in the last hour");

        // Who goes back has the files still, which nobody but the device can know: it counts as the first time. Zips would have been what was uploaded.
        var bytes = downloads.Sum(download => download.Count * download.Size);
        var (taken, saved) = (Bytes(bytes), Bytes(downloads.Sum(download => download.Count * (long)WebBundle.Create(download.Version).Length) - bytes));
        await Expect(Note("Saved by delta")).ToHaveTextAsync($"{taken} downloaded in a day");
        await Expect(Figure("Saved by delta")).ToHaveTextAsync(saved);

        await ShowsAdoptionAsync(fleet);
        await Expect(Legend("Success rate")).ToHaveTextAsync([$"Success rate {rate}"]);
        await Expect(Legend("Checks and downloads")).ToHaveTextAsync([$"Checks {checks}", $"Downloads {ended}"]);
        await Expect(Legend("Bytes")).ToHaveTextAsync([$"Downloaded {taken}", $"Saved {saved}"]);
        await Eventually.True(async () => await ShowsTheLastMinuteAsync(fleet), "What happened in the last whole minute should be shown.");
    }

    private async Task ShowsAdoptionAsync(DeviceFleet fleet)
    {
        var devices = fleet.Devices.SelectMany(device => device.CheckedInWith).CountBy(version => version).ToDictionary();
        var shown = await Eventually.Value(
            async () =>
            {
                var rows = await ReadAdoptionAsync();
                return rows.Length == devices.Count && rows.All(row => IsAbout(devices[row.Version], row.Devices)) ? rows : null;
            },
            $"These should be the devices of each version: {string.Join(", ", devices)}.");
        var all = shown.Sum(row => row.Devices);
        Assert.All(shown, row => Assert.Equal(Percent((double)row.Devices / all), row.Share));
        await Expect(Legend("Adoption")).ToHaveTextAsync(shown.Select(row => $"{row.Version} {row.Share}"));

        var different = Number(await Figure("Active devices today").InnerTextAsync());
        Assert.True(IsAbout(fleet.Devices.Count, different), $"{different} are not {fleet.Devices.Count} devices.");
        await Expect(Legend("Active devices")).ToHaveTextAsync([$"Devices {different}"]);
    }

    private async Task<(string Version, int Devices, string Share)[]> ReadAdoptionAsync() =>
    [
        .. (await Versions.Locator("tbody tr").AllInnerTextsAsync())
            .Select(row => row.Split('\t', StringSplitOptions.TrimEntries)).Select(cells => (cells[0], Number(cells[1]), cells[2])),
    ];

    /// <summary>What is shown lies between what devices did in that minute for certain and what may have come in it: a turn can begin in one and end in the next.</summary>
    private async Task<bool> ShowsTheLastMinuteAsync(DeviceFleet fleet)
    {
        var (checks, downloads) = (Number(await Figure("Checks per minute").InnerTextAsync()), Number(await Figure("Downloads per minute").InnerTextAsync()));
        var to = new DateTimeOffset(DateTimeOffset.UtcNow.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var from = to - TimeSpan.FromMinutes(1);
        var certain = fleet.Turns.Where(turn => turn.From >= from && turn.To < to).ToArray();
        var possible = fleet.Turns.Where(turn => turn.To >= from && turn.From < to).ToArray();
        return checks >= certain.Length && checks <= possible.Length
            && downloads >= certain.Sum(turn => turn.Downloads) && downloads <= possible.Sum(turn => turn.Downloads);
    }

    private ILocator Legend(string chart) =>
        Page.Locator("section.card").Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = chart, Exact = true }) }).Locator(".legend li:not(.when)");

    private static int Verdicts(DeviceFleet fleet, bool isGood) => fleet.Devices.Sum(device => device.Readiness.Count(version => version.Value == isGood));

    private static bool IsAbout(int devices, int shown) => shown <= devices && shown >= devices - MostMissed;

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Whole(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#}%");

    private static string Bytes(long number) => number < 1000 ? $"{number} bytes" : string.Create(CultureInfo.InvariantCulture, $"{number / 1000.0:0.#} kB");
}
