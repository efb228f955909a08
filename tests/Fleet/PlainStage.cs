using System.Globalization;

namespace Serverless.Fleet;

/// <summary>One line of text per moment, for logs and pipes.</summary>
internal sealed class PlainStage(TextWriter output) : IStage
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    public void Show(Moment moment) =>
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{moment.At:mm\\:ss\\.f}  {(moment.Mood is Mood.Bad ? "!" : " ")} {moment.Sentence}"));

    public async Task PlayAsync(DeviceFleet fleet, Task story)
    {
        await story;
        await _output.WriteLineAsync("fleet:  " + string.Join(", ", fleet.Census.Select(pair => $"{pair.Value} on {pair.Key}")));
    }
}
