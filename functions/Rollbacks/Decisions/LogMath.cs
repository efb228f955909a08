namespace Serverless.Rollbacks.Decisions;

/// <summary>What the evidence needs of numbers that only their logarithms can hold.</summary>
internal static class LogMath
{
    /// <summary>Logarithm of the sum of the numbers with these logarithms.</summary>
    public static double Sum(ReadOnlySpan<double> logs)
    {
        var largest = double.NegativeInfinity;
        foreach (var log in logs)
        {
            largest = Math.Max(largest, log);
        }

        var sum = 0.0;
        foreach (var log in logs)
        {
            sum += double.Exp(log - largest);
        }

        return largest + double.Log(sum);
    }

    /// <summary>Logarithm of the beta function, for positive arguments.</summary>
    public static double Beta(double a, double b) => Gamma(a) + Gamma(b) - Gamma(a + b);

    /// <summary>Logarithm of the gamma function by Stirling's series, to about 1e-12, for positive arguments.</summary>
    public static double Gamma(double x)
    {
        var shift = 0.0;
        for (; x < 10; x++)
        {
            shift += double.Log(x);
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square / 1680))))));
        return ((x - 0.5) * double.Log(x)) - x + (0.5 * double.Log(double.Tau)) + series - shift;
    }
}
