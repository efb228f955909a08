namespace Serverless.Simulation;

/// <summary>
/// Capgo's automatic pause as its cron job evaluates it, counting devices where it counts events: the lower bound of Wilson's two-sided 95 % interval
/// over an hour's window, looked at every five minutes, which are 100 devices here.
/// </summary>
internal sealed class CapgoRule : IHaltRule
{
    private const double Threshold = 0.02;
    private const int MinAttempts = 50;
    private const int MinFailures = 5;
    private const long LookEvery = 100;
    private const long Window = 12 * LookEvery;
    private const double Z = 1.959963984540054;

    public long? FindHalt(Life life)
    {
        var (heard, forgotten) = (0, 0);
        for (var exposed = LookEvery; exposed <= life.Fleet; exposed += LookEvery)
        {
            heard = Skip(heard, exposed);
            forgotten = Skip(forgotten, exposed - Window);
            var (attempts, failures) = (Math.Min(exposed, Window), heard - forgotten);
            if (attempts >= MinAttempts && failures >= MinFailures && LowerBound(failures, attempts) >= Threshold)
            {
                return exposed;
            }
        }

        return null;

        int Skip(int index, long exposed)
        {
            while (index < life.HeardAt.Length && life.HeardAt[index] <= exposed)
            {
                index++;
            }

            return index;
        }
    }

    /// <summary>Wilson's score interval (1927), its lower end.</summary>
    public static double LowerBound(double failures, double attempts)
    {
        var share = Math.Min(failures / attempts, 1);
        var square = Z * Z / attempts;
        return (share + (square / 2) - (Z * Math.Sqrt((share * (1 - share) / attempts) + (square / (4 * attempts))))) / (1 + square);
    }
}
