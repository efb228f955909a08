using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Fleet;

/// <summary>A timeline that grows over bars that show which versions the fleet runs.</summary>
internal sealed class LiveStage(IAnsiConsole console) : IStage
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);
    private static readonly Color[] Palette = [Color.Grey, Color.SteelBlue1, Color.Green, Color.Red3];

    private readonly ConcurrentQueue<Moment> _timeline = [];

    public void Show(Moment moment) => _timeline.Enqueue(moment);

    public Task PlayAsync(DeviceFleet fleet, Task story) =>
        console.Live(Draw(fleet)).StartAsync(async live =>
        {
            using var frames = new PeriodicTimer(Frame);
            while (!story.IsCompleted && await frames.WaitForNextTickAsync())
            {
                live.UpdateTarget(Draw(fleet));
            }
            live.UpdateTarget(Draw(fleet));
            await story;
        });

    private Rows Draw(DeviceFleet fleet)
    {
        var timeline = new Table().NoBorder().HideHeaders().AddColumns("at", "event");
        foreach (var moment in _timeline)
        {
            timeline.AddRow(
                new Text(moment.At.ToString(@"mm\:ss\.f", CultureInfo.InvariantCulture), new Style(Color.Grey)),
                new Text(moment.Sentence, new Style(Shade(moment.Mood))));
        }

        var census = fleet.Census;
        string[] versions = ["builtin", "1.0.0", "1.1.0", fleet.BadVersion];
        IRenderable bars = new BarChart()
            .Width(72)
            .WithMaxValue(fleet.Devices.Count)
            .AddItems(versions.Index(), version => new BarChartItem(version.Item, census.GetValueOrDefault(version.Item), Palette[version.Index]));
        return new Rows(timeline, Text.Empty, bars);
    }

    private static Color Shade(Mood mood) => mood switch
    {
        Mood.Good => Color.Green,
        Mood.Bad => Color.Red,
        _ => Color.Default,
    };
}
