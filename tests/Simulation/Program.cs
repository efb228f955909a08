using Serverless.Simulation;

return SimulationCommand.Create().Parse(args).Invoke();
